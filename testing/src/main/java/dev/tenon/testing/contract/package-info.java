/**
 * What must every implementation of a contract do? Each class here is an abstract JUnit test class: extend it, say how yours is made, run it. Start at
 * {@link dev.tenon.testing.contract.ProviderContract}. This package, and no other of the module, needs JUnit Jupiter and AssertJ on the class path of
 * your tests.
 */
@NullMarked
package dev.tenon.testing.contract;

import org.jspecify.annotations.NullMarked;
