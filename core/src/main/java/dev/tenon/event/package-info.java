/**
 * What happened, as values. Start at {@link dev.tenon.event.Event}: the envelope of everything that is told; {@link dev.tenon.event.RunEvent} is what runs
 * tell, {@link dev.tenon.event.Listener} who is told.
 */
@NullMarked
package dev.tenon.event;

import org.jspecify.annotations.NullMarked;
