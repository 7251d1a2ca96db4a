package dev.tenon.workflow.document;

import dev.tenon.json.Json;

/** A value and where it stands. Immutable. */
record Read(Json value, Place place) {}
