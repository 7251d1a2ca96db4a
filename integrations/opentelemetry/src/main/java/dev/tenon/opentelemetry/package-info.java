/**
 * What happens in a run, as spans. Start at {@link dev.tenon.opentelemetry.Tracing}: it wraps runners, agents and models.
 */
@NullMarked
package dev.tenon.opentelemetry;

import org.jspecify.annotations.NullMarked;
