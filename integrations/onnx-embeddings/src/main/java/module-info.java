/** Embeddings by a small model inside the process, with no key and no network. */
module dev.tenon.onnx {
    requires transitive dev.tenon.core;
    requires com.microsoft.onnxruntime;
    requires static org.jspecify;

    exports dev.tenon.onnx;
}
