/**
 * How are embeddings made with no key and no network? By {@link dev.tenon.onnx.MiniLm}, a small model that comes with the artifact and runs inside the process.
 */
@NullMarked
package dev.tenon.onnx;

import org.jspecify.annotations.NullMarked;
