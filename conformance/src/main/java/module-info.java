/** Reads cases through the public API alone, and compares what was read with what was wanted. Not published. */
module dev.tenon.conformance {
    requires dev.tenon.core;
    requires dev.tenon.providers;
    requires dev.tenon.testing;
    requires static org.jspecify;
}
