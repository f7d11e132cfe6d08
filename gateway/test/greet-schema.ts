/** The schema of `protos/greet.proto` as a compiler writes it, with methods and fields for tests besides. */
import {
  create,
  createFileRegistry,
  type DescMessage,
  fromBinary,
  fromJson,
  toBinary,
  toJson,
} from "@bufbuild/protobuf";
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";

const hello = ".greet.Hello";
const method = (name: string, clientStreaming = false, serverStreaming = false) => ({
  name,
  inputType: hello,
  outputType: hello,
  clientStreaming,
  serverStreaming,
});
const field = (name: string, number: number, type: FieldDescriptorProto_Type, more: object = {}) => ({
  name,
  number,
  type,
  label: FieldDescriptorProto_Label.OPTIONAL,
  ...more,
});

const file = create(FileDescriptorProtoSchema, {
  name: "greet.proto",
  package: "greet",
  syntax: "proto3",
  messageType: [
    {
      name: "Hello",
      field: [
        field("text", 1, FieldDescriptorProto_Type.STRING),
        field("count", 2, FieldDescriptorProto_Type.INT64),
        field("inner", 3, FieldDescriptorProto_Type.MESSAGE, { typeName: hello }),
      ],
    },
  ],
  service: [
    {
      name: "Greeter",
      method: [
        method("SayHello"),
        method("SayTwice", false, true),
        method("SayAll", true),
        method("SayEach", true, true),
        method("Wrong"),
        method("Metadata"),
        method("Never"),
        method("Untyped"),
        method("Long"),
        method("Dies"),
      ],
    },
  ],
});
/** Without names for JSON, which some compilers leave out. */
export const SCHEMA = toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: [file] }));
for (const one of file.messageType[0]?.field ?? []) one.jsonName = one.name;
const Hello = createFileRegistry(create(FileDescriptorSetSchema, { file: [file] })).getMessage(
  "greet.Hello",
) as DescMessage;

/** Messages of the schema, as a client has them. */
export const encode = (value: object): Buffer => Buffer.from(toBinary(Hello, fromJson(Hello, value as never)));
export const decode = (bytes: Uint8Array): unknown => toJson(Hello, fromBinary(Hello, bytes));
