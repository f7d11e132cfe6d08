import type { Context, Handler } from "./context.ts";
import { FlatendError } from "./errors.ts";
import type { Headers } from "./headers.ts";
import { type SchemaInput, type SchemaOutput, type StandardSchema, validated } from "./standard-schema.ts";

/** Schemas of a service; any that is left out leaves its part as it comes. */
export interface ServiceSchemas<
  Input extends StandardSchema = StandardSchema,
  Output extends StandardSchema = StandardSchema,
  Head extends StandardSchema = StandardSchema,
> {
  /** Of the request body, which must be JSON. Default: any JSON, or nothing. */
  readonly input?: Input | undefined;
  /** Of what the handler returns. Default: anything JSON can hold. */
  readonly output?: Output | undefined;
  /** Of the headers of the request, an object of strings. Default: any. */
  readonly headers?: Head | undefined;
  /** Most bytes of the request body. Default: 65,536. */
  readonly limit?: number | undefined;
}

/**
 * A handler from JSON to JSON whose types come from schemas ({@link StandardSchema}: zod, valibot, arktype …). The request is checked before
 * `handle` runs; one that does not fit is answered with the documented JSON error, which says where it is wrong. What `handle` returns is checked,
 * and sent as JSON; `undefined` ends the response without a body, unless `handle` has ended it by itself. Throws INVALID_ARGUMENT on
 * something that is no schema.
 */
export function service<
  Input extends StandardSchema<unknown, unknown> = StandardSchema<unknown, unknown>,
  Output extends StandardSchema<unknown, unknown> = StandardSchema<unknown, unknown>,
  Head extends StandardSchema<unknown, unknown> = StandardSchema<Headers, Headers>,
>(
  schemas: ServiceSchemas<Input, Output, Head>,
  handle: (
    input: SchemaOutput<Input>,
    ctx: Context,
    headers: SchemaOutput<Head>,
  ) => SchemaInput<Output> | Promise<SchemaInput<Output>>,
): Handler {
  const { input, output, headers, limit } = schemas;
  for (const [name, schema] of Object.entries({ input, output, headers })) {
    if (schema !== undefined && typeof schema?.["~standard"]?.validate !== "function") {
      throw new FlatendError(
        "INVALID_ARGUMENT",
        `${name}: expected a Standard Schema, such as one of zod 3.24 or newer`,
      );
    }
  }
  return async (ctx) => {
    const head = headers === undefined ? ctx.headers : await validated(headers, { ...ctx.headers }, "headers");
    const body = parsed(await ctx.body(limit === undefined ? {} : { limit }));
    const request = input === undefined ? body : await validated(input, body, "input");
    const result = await handle(request as SchemaOutput<Input>, ctx, head as SchemaOutput<Head>);
    if (ctx.writableEnded) return;
    const response = output === undefined ? result : await validated(output, result, "output");
    if (response === undefined) ctx.end();
    else ctx.json(response);
  };
}

/** What a body says; nothing is `undefined`. The parser's own message would quote the body. */
function parsed(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString()) as unknown;
  } catch {
    throw new Error(`input: expected JSON, got ${body.length} bytes of something else`);
  }
}
