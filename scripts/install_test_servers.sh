#!/bin/sh
# Finds PostgreSQL and Chromium for the tests; on Debian, as root, installs what is missing.
set -eu

has_postgresql() {
    command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1
}

has_chromium() {
    command -v chromium >/dev/null 2>&1
}

missing=""
has_postgresql || missing="$missing postgresql"
has_chromium || missing="$missing chromium"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "==> Installing$missing"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086 # one word per package
    if apt-get -qq update >/dev/null &&
        apt-get -qq install -y --no-install-recommends $missing >/dev/null; then
        exit 0
    fi
fi
# The tests that need them say so again, and fail.
echo "The tests need$missing: install with your system's packages, and put them on PATH." >&2
