/** Which rules and which recorded data do the tests of every module share? Start at {@link dev.tenon.checks.Fixtures}. */
@NullMarked
package dev.tenon.checks;

import org.jspecify.annotations.NullMarked;
