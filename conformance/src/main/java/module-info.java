/** Reads recorded exchanges through the public API, and compares what was read. Not published. */
module dev.tenon.conformance {
    requires dev.tenon.core;
    requires dev.tenon.providers;
}
