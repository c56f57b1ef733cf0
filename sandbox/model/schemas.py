"""Schemas: what strict structured output demands of a JSON schema, refused in the platform's words."""

from __future__ import annotations

import re
from typing import Any

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
REFUSED = (
    "allOf",
    "oneOf",
    "not",
    "if",
    "then",
    "else",
    "default",
    "patternProperties",
    "dependentRequired",
    "dependentSchemas",
)
DEPTH, PROPERTIES = 10, 5_000  # the platform's limits on nesting and on the sum of properties


def fault_of(name: Any, schema: Any) -> str:
    """Say what strict mode refuses in a schema, or nothing."""
    if not isinstance(name, str) or not NAME.fullmatch(name):
        return "Invalid 'name': string does not match pattern '^[a-zA-Z0-9_-]+$' of at most 64 characters."
    if not isinstance(schema, dict):
        return "Missing required parameter: 'schema'."
    where = f"Invalid schema for response_format '{name}': "
    if schema.get("type") != "object" or "anyOf" in schema:
        return (
            where
            + f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{schema.get('type')}\"'."
        )
    if broken := fault_in(schema, ()):
        return where + broken
    for key in ("$defs", "definitions"):
        for inner, definition in schema.get(key, {}).items():
            if broken := fault_in(definition, (key, inner)):
                return where + broken
    return ""


def fault_in(schema: Any, context: tuple[str, ...]) -> str:
    """Look for the first fault at or below one place of a schema."""
    if not isinstance(schema, dict):
        return f"In context={context}, schema must be an object."
    if len([step for step in context if step in {"properties", "items"}]) > DEPTH:
        return f"In context={context}, exceeded the depth limit of {DEPTH}."
    if "$ref" in schema and len(schema) > 1:
        return f"In context={context}, $ref cannot have keywords {set(schema) - {'$ref'}}."
    for keyword in REFUSED:
        if keyword in schema:
            return f"In context={context}, '{keyword}' is not permitted."
    if not {"type", "$ref", "anyOf", "enum", "const"} & set(schema):
        return f"In context={context}, schema must have a 'type' key."
    return fault_in_object(schema, context) or fault_below(schema, context)


def fault_in_object(schema: dict[str, Any], context: tuple[str, ...]) -> str:
    kinds = schema.get("type")
    if "object" not in (kinds if isinstance(kinds, list) else [kinds]):
        if kinds == "array" and "items" not in schema:
            return f"In context={context}, array schema missing items."
        return ""
    if schema.get("additionalProperties") is not False:
        return f"In context={context}, 'additionalProperties' is required to be supplied and to be false."
    properties = schema.get("properties", {})
    if len(properties) > PROPERTIES:
        return f"In context={context}, too many properties."
    missing = [name for name in properties if name not in schema.get("required", [])]
    if missing:
        return (
            f"In context={context}, 'required' is required to be supplied and to be an array including"
            f" every key in properties. Missing '{missing[0]}'."
        )
    return ""


def fault_below(schema: dict[str, Any], context: tuple[str, ...]) -> str:
    inner = [((*context, "properties", name), part) for name, part in schema.get("properties", {}).items()]
    if "items" in schema:
        inner.append(((*context, "items"), schema["items"]))
    inner += [((*context, "anyOf", str(n)), part) for n, part in enumerate(schema.get("anyOf", []))]
    return next((broken for where, part in inner if (broken := fault_in(part, where))), "")
