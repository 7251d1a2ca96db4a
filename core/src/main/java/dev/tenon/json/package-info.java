/**
 * What data looks like when it crosses a boundary. Start at {@link dev.tenon.json.Json}: an immutable JSON value with exact
 * numbers; {@link dev.tenon.json.JacksonJson} is the one place where Jackson shows.
 */
@NullMarked
package dev.tenon.json;

import org.jspecify.annotations.NullMarked;
