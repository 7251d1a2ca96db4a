/** What does a program that uses Tenon look like? Start at {@link dev.tenon.examples.Quickstart}. */
@NullMarked
package dev.tenon.examples;

import org.jspecify.annotations.NullMarked;
