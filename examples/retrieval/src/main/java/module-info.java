/** Questions over a folder of documents, with no key and no network. */
module dev.tenon.examples.retrieval {
    requires dev.tenon.core;
    requires dev.tenon.memory;
    requires dev.tenon.onnx;
    requires dev.tenon.testing;
    requires static org.jspecify;
}
