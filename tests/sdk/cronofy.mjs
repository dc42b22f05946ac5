// Makes one call with the vendor's Node SDK, unmodified but for its host.
//
// Standard input: {"url": ..., "config": {...}, "method": ..., "options": {...}}.
// Standard output: {"value": what the SDK returned, or null, "config": what it made of its own}
// or, when it raised an error of the API, {"status": ..., "entity": ..., "config": {...}}.
import { text } from "node:stream/consumers";
import Cronofy from "cronofy";

const { url, config, method, options } = JSON.parse(await text(process.stdin));
const client = new Cronofy(config);
client.urls.api = url;

async function answer() {
  try {
    return { value: (await client[method](options)) ?? null };
  } catch (error) {
    if (!error.statusCode) throw error;
    return { status: error.statusCode, entity: error.error.entity };
  }
}

process.stdout.write(JSON.stringify({ ...(await answer()), config: client.config }));
