/** Methods of services by a compiled schema of protobuf, and their messages as JSON. */
import {
  createFileRegistry,
  type DescMessage,
  fromBinary,
  fromJsonString,
  type Registry,
  toBinary,
  toJsonString,
} from "@bufbuild/protobuf";
import { type DescriptorProto, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

/** One message in another form; `undefined` where it is malformed. */
export type Convert = (message: Uint8Array) => Uint8Array | undefined;

/** A method, for whoever speaks protobuf to clients and JSON to its service. */
export interface Method {
  /** A client's message, of protobuf, as JSON. */
  readonly request: Convert;
  /** A service's message, of JSON, as protobuf. */
  readonly response: Convert;
  /** Whether a client's message, of JSON, is of the method's type. */
  readonly accepts: (message: Uint8Array) => boolean;
  /** Whether it has one message and one answer. */
  readonly isUnary: boolean;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * Methods by the paths they are called at, such as `/greet.Greeter/SayHello`. Throws where it is no schema or lacks a file that others import.
 * @param bytes a FileDescriptorSet
 */
export function readMethods(bytes: Uint8Array): ReadonlyMap<string, Method> {
  const set = fromBinary(FileDescriptorSetSchema, bytes);
  for (const file of set.file) nameFields(file);
  const registry = createFileRegistry(set);
  const methods = new Map<string, Method>();
  for (const found of registry) {
    if (found.kind !== "service") continue;
    for (const { name, input, output, methodKind } of found.methods) {
      const parse = fromJson(input, registry);
      methods.set(`/${found.typeName}/${name}`, {
        request: toJson(input, registry),
        response: fromJson(output, registry),
        accepts: (message) => parse(message) !== undefined,
        isUnary: methodKind === "unary",
      });
    }
  }
  return methods;
}

interface Scope {
  readonly messageType?: readonly DescriptorProto[];
  readonly nestedType?: readonly DescriptorProto[];
}

/** Not every compiler writes the names that fields have in JSON; they follow from the others. */
function nameFields({ messageType = [], nestedType = [] }: Scope): void {
  for (const message of [...messageType, ...nestedType]) {
    for (const field of message.field) {
      if (field.jsonName === "")
        field.jsonName = field.name.replace(/_+(.?)/g, (_, next: string) => next.toUpperCase());
    }
    nameFields(message);
  }
}

const toJson = (message: DescMessage, registry: Registry): Convert =>
  orUndefined((bytes) => encoder.encode(toJsonString(message, fromBinary(message, bytes), { registry })));

const fromJson = (message: DescMessage, registry: Registry): Convert =>
  orUndefined((bytes) => toBinary(message, fromJsonString(message, decoder.decode(bytes), { registry })));

/** What nests deeper than the stack is malformed as well. */
function orUndefined(convert: (message: Uint8Array) => Uint8Array): Convert {
  return (message) => {
    try {
      return convert(message);
    } catch {
      return undefined;
    }
  };
}
