/**
 * How tools are called that are not written in Java. Start at {@link dev.tenon.toolbox.foreign.LineTools} for a program of your own in another language, and at
 * {@link dev.tenon.toolbox.foreign.ManifestFolder} for an HTTP call, a command line or a script that a file describes.
 */
@NullMarked
package dev.tenon.toolbox.foreign;

import org.jspecify.annotations.NullMarked;
