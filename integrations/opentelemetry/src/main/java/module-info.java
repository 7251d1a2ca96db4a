/** Runs, model calls and tools as OpenTelemetry spans, by the GenAI conventions. */
module dev.tenon.opentelemetry {
    requires transitive dev.tenon.core;
    requires transitive io.opentelemetry.api;
    requires io.opentelemetry.context;
    requires io.opentelemetry.common;
    requires org.slf4j;
    requires static org.jspecify;

    exports dev.tenon.opentelemetry;
}
