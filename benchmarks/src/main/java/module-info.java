/** What the library costs, measured beside others. Not published, and not run by the build. */
module dev.tenon.benchmarks {
    requires dev.tenon.core;
    requires dev.tenon.events;
    requires dev.tenon.providers;
    requires dev.tenon.testing;
    requires java.management;
    requires jmh.core;
    requires json.repair;
    requires static org.jspecify;
}
