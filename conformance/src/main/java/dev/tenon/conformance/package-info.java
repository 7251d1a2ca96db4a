/**
 * Does the library read what providers really send? Start at {@link dev.tenon.conformance.Conformance}, the program; a
 * {@link dev.tenon.conformance.Kind} of cases has a reader, which never sees what is wanted, and a comparator, which never sees how it was read.
 */
@NullMarked
package dev.tenon.conformance;

import org.jspecify.annotations.NullMarked;
