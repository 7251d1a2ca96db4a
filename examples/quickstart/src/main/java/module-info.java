/** An agent with two tools, in one class to copy from. */
module dev.tenon.examples.quickstart {
    requires dev.tenon.core;
    requires dev.tenon.providers;
    requires dev.tenon.testing;
}
