/**
 * What a value must look like. Start at {@link dev.tenon.schema.JsonSchema}: of a Java type or of a document, it says what is wrong
 * with a value, where, and in words that a model can act on; {@link dev.tenon.schema.Shape} is the same for readers of values.
 */
@NullMarked
package dev.tenon.schema;

import org.jspecify.annotations.NullMarked;
