/** How does an agent get tools? Start at {@link dev.tenon.examples.tools.OwnTools}. */
@NullMarked
package dev.tenon.examples.tools;

import org.jspecify.annotations.NullMarked;
