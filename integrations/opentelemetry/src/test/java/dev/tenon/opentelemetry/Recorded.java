package dev.tenon.opentelemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What an SDK records in memory, and which spans were begun and have not ended. */
final class Recorded implements AutoCloseable {
    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final Set<String> open = ConcurrentHashMap.newKeySet();
    private final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                    .addSpanProcessor(new Counting())
                    .build())
            .build();

    OpenTelemetry openTelemetry() {
        return sdk;
    }

    /** All spans that have ended, in the order in which they began. */
    List<SpanData> spans() {
        return exporter.getFinishedSpanItems().stream()
                .sorted(Comparator.comparingLong(SpanData::getStartEpochNanos))
                .toList();
    }

    List<SpanData> named(String name) {
        return spans().stream().filter(it -> it.getName().equals(name)).toList();
    }

    SpanData only(String name) {
        List<SpanData> found = named(name);
        if (found.size() != 1) {
            throw new AssertionError("one span " + name + " was wanted, of " + tree());
        }
        return found.get(0);
    }

    /** The names of spans that were begun and have not ended. */
    Set<String> open() {
        return Set.copyOf(open);
    }

    /** The names, each indented below its parent, in the order in which they began. */
    String tree() {
        StringBuilder out = new StringBuilder();
        List<SpanData> spans = spans();
        for (SpanData span : spans) {
            if (spans.stream().noneMatch(it -> it.getSpanId().equals(span.getParentSpanId()))) {
                print(span, "", out);
            }
        }
        return out.toString();
    }

    private void print(SpanData span, String indent, StringBuilder out) {
        out.append(indent).append(span.getName()).append('\n');
        for (SpanData child : spans()) {
            if (child.getParentSpanId().equals(span.getSpanId())
                    && !child.getParentSpanId().equals(SpanId.getInvalid())) {
                print(child, indent + "  ", out);
            }
        }
    }

    static <T> @Nullable T of(SpanData span, AttributeKey<T> key) {
        return span.getAttributes().get(key);
    }

    /** Everything that is told of a span, as text. */
    String everything() {
        StringBuilder out = new StringBuilder();
        for (SpanData span : spans()) {
            out.append(span)
                    .append(span.getAttributes())
                    .append(span.getEvents())
                    .append(span.getStatus());
            span.getAttributes()
                    .forEach((key, value) -> out.append(
                            value instanceof io.opentelemetry.api.common.Value<?> any ? any.asString() : value));
        }
        return out.toString();
    }

    @Override
    public void close() {
        sdk.close();
    }

    private final class Counting implements SpanProcessor {
        @Override
        public void onStart(Context parent, ReadWriteSpan span) {
            open.add(span.getName() + " " + span.getSpanContext().getSpanId());
        }

        @Override
        public boolean isStartRequired() {
            return true;
        }

        @Override
        public void onEnd(ReadableSpan span) {
            open.remove(span.getName() + " " + span.getSpanContext().getSpanId());
        }

        @Override
        public boolean isEndRequired() {
            return true;
        }
    }
}
