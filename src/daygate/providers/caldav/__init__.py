"""CalDAV (RFC 4791): one connector for every service in `presets.toml`; lxml and kit only."""
