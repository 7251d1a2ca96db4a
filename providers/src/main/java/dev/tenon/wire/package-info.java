/**
 * What do all wire formats do alike? Start at {@link dev.tenon.wire.Exchange}, which sends a request and reads what comes by what it is. Beside it
 * stands what goes into requests the same way everywhere, and what is read the same way. Not exported: users see the formats' own packages.
 */
@NullMarked
package dev.tenon.wire;

import org.jspecify.annotations.NullMarked;
