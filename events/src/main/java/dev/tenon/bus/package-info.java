/**
 * Who is told which events, and how? Start at {@link dev.tenon.bus.EventBus}: it takes the events of runs and of a program and gives each subscriber those it
 * wants; {@link dev.tenon.bus.EventPattern} says what by name, {@link dev.tenon.bus.Filter} by anything else, {@link dev.tenon.bus.Delivery} on whose thread.
 */
@NullMarked
package dev.tenon.bus;

import org.jspecify.annotations.NullMarked;
