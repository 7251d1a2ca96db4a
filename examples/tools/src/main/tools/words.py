"""A tool in Python: lines of JSON on standard input and output, see docs/tools-in-other-languages.md."""

import json
import sys

TOOLS = [
    {
        "name": "count_words",
        "description": "Counts how often each word of a text occurs, the most frequent first",
        "parameters": {
            "type": "object",
            "properties": {"text": {"type": "string"}, "most": {"type": "integer", "minimum": 1}},
            "required": ["text"],
        },
        "traits": ["read_only", "idempotent"],
        "timeout_seconds": 20,
    }
]


def count_words(text, most=3):
    counts = {}
    for word in text.lower().split():
        counts[word] = counts.get(word, 0) + 1
    return dict(sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))[:most])


def say(message):
    print(json.dumps(message), flush=True)


for line in sys.stdin:
    message = json.loads(line)
    if message["type"] == "hello":
        say({"type": "tools", "tools": TOOLS})
    elif message["type"] == "call":
        try:
            say({"type": "result", "id": message["id"], "json": count_words(**message["arguments"])})
        except Exception as problem:
            say({"type": "result", "id": message["id"], "error": True, "text": f"it cannot be counted: {problem}"})
