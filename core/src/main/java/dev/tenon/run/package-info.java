/**
 * How work is run. Start at {@link dev.tenon.run.Machine}: pure, it says which {@link dev.tenon.run.Effect}s it wants and is told what came of each; a
 * {@link dev.tenon.run.Runner} performs them. Everything that happens goes through its one door: limits, interceptors, events, the journal.
 */
@NullMarked
package dev.tenon.run;

import org.jspecify.annotations.NullMarked;
