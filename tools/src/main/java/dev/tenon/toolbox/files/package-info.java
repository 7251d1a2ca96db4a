/**
 * How does a model work with files, and never outside the folders it was given? Start at {@link dev.tenon.toolbox.files.FileTools}. The way of a path: {@code PathRules} reads it,
 * {@code Folder} walks it segment by segment, {@code Changes} changes what is there, all or nothing.
 */
@NullMarked
package dev.tenon.toolbox.files;

import org.jspecify.annotations.NullMarked;
