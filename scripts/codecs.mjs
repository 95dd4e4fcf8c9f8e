// Makes the codecs of the Remote Execution API (src/generated/remote) from its texts (src/remote/protos), with ts-proto. That is a
// plugin of protoc, which it would have to be downloaded with: protobufjs reads the texts as well, and hands over what protoc would.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';
import 'protobufjs/ext/descriptor/index.js';
import { CodeGeneratorRequest, CodeGeneratorResponse, FileDescriptorSet } from 'ts-proto-descriptors';

const protos = fileURLToPath(new URL('../src/remote/protos/', import.meta.url));

const TEXTS = [
  'build/bazel/remote/execution/v2/remote_execution.proto',
  'google/bytestream/bytestream.proto',
  'google/longrunning/operations.proto',
];

/** Decoded are messages as they are: no services, no JSON, and of enums their numbers. */
const OPTIONS = [
  'outputServices=none',
  'outputJsonMethods=false',
  'outputTypeRegistry=false',
  'env=node',
  'esModuleInterop=true',
  'importSuffix=.ts',
  'forceLong=number',
  'useDate=false',
  'enumsAsLiterals=true',
  'unrecognizedEnum=false',
  'useExactTypes=false',
];

/** @returns path and text of modules that import each other */
export function codecs() {
  const root = new protobuf.Root();
  // How its methods would be called by way of HTTP is of no matter, and not among the texts.
  root.resolvePath = (_, target) => (target === 'google/api/annotations.proto' ? null : protos + target);
  // At once: otherwise the order in which they happen to be read is that of what is made of them.
  root.loadSync(TEXTS, { keepCase: true });
  root.resolveAll();
  const written = root.toDescriptor('proto3');
  const { file: files } = FileDescriptorSet.decode(written.constructor.encode(written).finish());
  for (const each of files) nameTypes(root.lookup(each.package), each.messageType);
  const request = CodeGeneratorRequest.fromPartial({
    fileToGenerate: files.map(({ name }) => name),
    parameter: OPTIONS.join(','),
    protoFile: files,
  });
  const plugin = createRequire(import.meta.url).resolve('ts-proto/build/src/plugin.js');
  const input = CodeGeneratorRequest.encode(request).finish();
  const response = execFileSync(process.execPath, [plugin], { input, maxBuffer: 64 * 1_024 * 1_024 });
  return CodeGeneratorResponse.decode(response).file.map(({ name, content }) => [name, content]);
}

/** Types of fields go by their whole names, where protobufjs has them as short as it can. */
function nameTypes(scope, messages) {
  for (const message of messages) {
    const type = scope.get(message.name);
    for (const field of message.field) {
      const declared = type.fields[field.name].resolve();
      if (!declared.map) {
        if (declared.resolvedType) field.typeName = declared.resolvedType.fullName;
        continue;
      }
      // A map is a list of messages that the compiler makes up, each of a key and a value.
      const entry = message.nestedType.find(({ name }) => name.toLowerCase() === field.name.toLowerCase());
      field.typeName = `${type.fullName}.${entry.name}`;
      if (declared.resolvedType) entry.field[1].typeName = declared.resolvedType.fullName;
    }
    nameTypes(
      type,
      message.nestedType.filter(({ options }) => !options?.mapEntry),
    );
  }
}
