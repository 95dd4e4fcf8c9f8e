"""Messages of the Remote Execution API as Google's own library writes them.

Each line of the input is a message in JSON, `["Command", {...}]`; each line of the output is its bytes in hexadecimal. The fields are
those of build/bazel/remote/execution/v2/remote_execution.proto, as far as they are needed.
"""

import json
import sys

from google.protobuf import descriptor_pb2, descriptor_pool, duration_pb2, json_format, message_factory

PACKAGE = "build.bazel.remote.execution.v2"
FIELD = descriptor_pb2.FieldDescriptorProto

# Message: name of a field, its number, its type; a `*` marks a repeated one.
MESSAGES = {
    "Digest": [("hash", 1, "string"), ("size_bytes", 2, "int64")],
    "Property": [("name", 1, "string"), ("value", 2, "string")],
    "Platform": [("properties", 1, "*Property")],
    "Command": [
        ("arguments", 1, "*string"),
        ("environment_variables", 2, "*Property"),
        ("platform", 5, "Platform"),
        ("working_directory", 6, "string"),
        ("output_paths", 7, "*string"),
    ],
    "Action": [
        ("command_digest", 1, "Digest"),
        ("input_root_digest", 2, "Digest"),
        ("timeout", 6, "google.protobuf.Duration"),
        ("do_not_cache", 7, "bool"),
        ("salt", 9, "bytes"),
        ("platform", 10, "Platform"),
    ],
    "FileNode": [("name", 1, "string"), ("digest", 2, "Digest"), ("is_executable", 4, "bool")],
    "DirectoryNode": [("name", 1, "string"), ("digest", 2, "Digest")],
    "SymlinkNode": [("name", 1, "string"), ("target", 2, "string")],
    "Directory": [
        ("files", 1, "*FileNode"),
        ("directories", 2, "*DirectoryNode"),
        ("symlinks", 3, "*SymlinkNode"),
    ],
}
SCALARS = {
    "string": FIELD.TYPE_STRING,
    "bytes": FIELD.TYPE_BYTES,
    "bool": FIELD.TYPE_BOOL,
    "int64": FIELD.TYPE_INT64,
}


def describe():
    file = descriptor_pb2.FileDescriptorProto(name="messages.proto", package=PACKAGE, syntax="proto3")
    file.dependency.append(duration_pb2.DESCRIPTOR.name)
    for name, fields in MESSAGES.items():
        message = file.message_type.add(name=name)
        for field_name, number, kind in fields:
            field = message.field.add(name=field_name, number=number)
            field.label = FIELD.LABEL_REPEATED if kind.startswith("*") else FIELD.LABEL_OPTIONAL
            kind = kind.lstrip("*")
            if kind in SCALARS:
                field.type = SCALARS[kind]
            else:
                field.type = FIELD.TYPE_MESSAGE
                field.type_name = f".{kind}" if "." in kind else f".{PACKAGE}.{kind}"
    return file


def class_of(pool, name):
    descriptor = pool.FindMessageTypeByName(f"{PACKAGE}.{name}")
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass(descriptor)
    return message_factory.MessageFactory(pool).GetPrototype(descriptor)


pool = descriptor_pool.Default()
pool.Add(describe()) if hasattr(pool, "Add") else pool.AddSerializedFile(describe().SerializeToString())
for line in sys.stdin:
    name, content = json.loads(line)
    message = json_format.ParseDict(content, class_of(pool, name)())
    print(message.SerializeToString(deterministic=True).hex())
