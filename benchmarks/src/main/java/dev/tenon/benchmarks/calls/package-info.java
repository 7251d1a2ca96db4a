/**
 * What does a call of a model cost beside a client written by hand and beside another framework? Start at {@link dev.tenon.benchmarks.calls.Candidate}; {@link
 * dev.tenon.benchmarks.calls.ModelCalls} measures one call, {@link dev.tenon.benchmarks.calls.Load} ten thousand at once, {@link dev.tenon.benchmarks.calls.ColdStart}
 * the first.
 */
@NullMarked
package dev.tenon.benchmarks.calls;

import org.jspecify.annotations.NullMarked;
