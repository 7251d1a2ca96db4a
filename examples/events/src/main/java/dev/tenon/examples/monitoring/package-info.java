/** How are agents watched? Start at {@link dev.tenon.examples.monitoring.Monitoring}. */
@NullMarked
package dev.tenon.examples.monitoring;

import org.jspecify.annotations.NullMarked;
