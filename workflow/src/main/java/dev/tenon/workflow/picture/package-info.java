/**
 * How do boxes and arrows become a picture? Start at {@link dev.tenon.workflow.picture.Drawing}: it is written as Mermaid and as SVG. What the boxes mean is not known here.
 */
@NullMarked
package dev.tenon.workflow.picture;

import org.jspecify.annotations.NullMarked;
