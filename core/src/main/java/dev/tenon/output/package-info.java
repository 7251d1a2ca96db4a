/**
 * How a model's text becomes a value. Start at {@link dev.tenon.output.RecoveryParser}: it reads JSON that is broken, cut off or
 * surrounded by prose, fits it to a schema, and says what it mended.
 */
@NullMarked
package dev.tenon.output;

import org.jspecify.annotations.NullMarked;
