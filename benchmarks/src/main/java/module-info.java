/** What the library costs, measured beside others. Not published, and not run by the build. */
module dev.tenon.benchmarks {
    requires com.fasterxml.jackson.annotation;
    requires com.google.common;
    requires com.google.genai;
    requires dev.tenon.core;
    requires dev.tenon.events;
    requires dev.tenon.memory;
    requires dev.tenon.providers;
    requires dev.tenon.testing;
    requires dev.tenon.workflow;
    requires google.adk;
    requires io.reactivex.rxjava3;
    requires java.management;
    requires jdk.management;
    requires jmh.core;
    requires json.repair;
    requires langchain4j;
    requires langchain4j.agentic;
    requires langchain4j.core;
    requires langchain4j.open.ai;
    requires langgraph4j.core;
    requires okhttp3;
    requires okio;
    requires org.apache.lucene.analysis.common;
    requires org.apache.lucene.core;
    requires tools.jackson.databind;
    requires static org.jspecify;
}
