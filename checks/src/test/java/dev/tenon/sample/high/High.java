package dev.tenon.sample.high;

import dev.tenon.sample.low.Low;

/** Needs {@link Low}, which needs it. */
public record High(Low low) {}
