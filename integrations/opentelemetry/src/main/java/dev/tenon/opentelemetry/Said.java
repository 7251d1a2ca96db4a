package dev.tenon.opentelemetry;

import dev.tenon.error.Failure;
import dev.tenon.error.TenonException;
import dev.tenon.json.Json;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.Cost;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.ProviderException;
import dev.tenon.provider.Usage;
import dev.tenon.run.Limits;
import dev.tenon.run.Outcome;
import dev.tenon.run.RunEnd;
import dev.tenon.run.Spent;
import dev.tenon.scope.Stop;
import dev.tenon.scope.StoppedException;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What is said of requests, replies and ends, as attributes. */
final class Said {
    /** Settings of providers' own that the conventions have a name for. */
    private static final Map<String, AttributeKey<Double>> NUMBERS = Map.of(
            ModelSettings.TEMPERATURE,
            Names.TEMPERATURE,
            ModelSettings.TOP_P,
            Names.TOP_P,
            "top_k",
            Names.TOP_K,
            "topK",
            Names.TOP_K,
            "frequency_penalty",
            Names.FREQUENCY_PENALTY,
            "presence_penalty",
            Names.PRESENCE_PENALTY);

    /** What the codes of failed model calls begin with; their kind follows. */
    private static final String PROVIDER = "provider.";

    private Said() {}

    static void request(Span span, ChatRequest request, boolean watched) {
        ModelSettings settings = request.settings();
        settings.maxOutputTokens().ifPresent(most -> span.setAttribute(Names.MAX_TOKENS, most));
        settings.seed().ifPresent(seed -> span.setAttribute(Names.SEED, seed));
        settings.extra().forEach((name, value) -> {
            AttributeKey<Double> key = NUMBERS.get(name);
            if (key != null && value instanceof Json.Num number) {
                span.setAttribute(key, number.doubleValue());
            }
        });
        if (settings.extra().get(ModelSettings.STOP) instanceof Json.Arr) {
            span.setAttribute(Names.STOP, settings.stop());
        }
        if (!request.format().isText()) {
            span.setAttribute(Names.OUTPUT_TYPE, "json");
        }
        if (watched) {
            span.setAttribute(Names.STREAM, true);
        }
    }

    static void reply(Span span, ChatResponse reply, Cost cost) {
        text(span, Names.RESPONSE_ID, reply.id());
        text(span, Names.RESPONSE_MODEL, reply.model());
        String raw = reply.finish().raw();
        span.setAttribute(
                Names.FINISH, List.of(raw.isEmpty() ? word(reply.finish().kind()) : raw));
        usage(span, reply.usage());
        cost(span, cost);
    }

    static void usage(Span span, Usage usage) {
        if (usage.unreported() > 0) {
            span.setAttribute(Names.UNREPORTED, (long) usage.unreported());
        }
        if (usage.unreported() > 0 && usage.total() == 0) {
            return; // Nobody knows; that is not zero.
        }
        span.setAttribute(Names.INPUT, usage.input());
        span.setAttribute(Names.OUTPUT, usage.output());
        some(span, Names.CACHE_READ, usage.cacheRead());
        some(span, Names.CACHE_WRITE, usage.cacheWrite());
        some(span, Names.REASONING, usage.reasoning());
    }

    static void cost(Span span, Cost cost) {
        if (cost.known() || cost.usd().signum() != 0) {
            span.setAttribute(Names.COST, cost.usd().doubleValue());
        }
        some(span, Names.COST_UNKNOWN, cost.unknown());
    }

    /** An attempt that failed. The words of an exception may quote the request, so its kind is all that is told. */
    static void failed(Span span, Throwable thrown) {
        switch (thrown) {
            case StoppedException stopped -> stopped(span, stopped.stop());
            case ProviderException failed -> {
                error(span, word(failed.kind()));
                some(span, Names.HTTP_STATUS, failed.status());
            }
            case TenonException known -> error(span, known.code());
            case Throwable other -> error(span, other.getClass().getName());
        }
    }

    /** What was told to end is no error, unless its time was up. */
    static void stopped(Span span, Stop stop) {
        span.setAttribute(Names.STOPPED, word(stop.kind()));
        if (stop.kind() == Stop.Kind.DEADLINE) {
            error(span, word(stop.kind()));
        }
    }

    static void limited(Span span, Limits.Reached reached) {
        error(span, "limit." + word(reached.limit()));
    }

    /** What came of an effect, where that is no success of its own kind. */
    static void outcome(Span span, Outcome outcome) {
        switch (outcome) {
            case Outcome.Failed failed -> error(span, type(failed.failure()));
            case Outcome.Limited limited -> limited(span, limited.reached());
            case Outcome.Stopped stopped -> stopped(span, stopped.stop());
            case Outcome.Returned returned -> {
                if (returned.error()) {
                    error(span, returned.abandoned() ? "abandoned" : "tool_error");
                }
            }
            case Outcome.ChildEnded child -> end(span, child.end(), child.spent());
            case Outcome other -> {}
        }
    }

    static void end(Span span, RunEnd end, Spent spent) {
        span.setAttribute(Names.RUN_END, end.word());
        span.setAttribute(Names.RUN_STEPS, (long) spent.steps());
        span.setAttribute(Names.RUN_TOOL_CALLS, (long) spent.toolCalls());
        usage(span, spent.usage());
        cost(span, spent.cost());
        switch (end) {
            case RunEnd.Failed failed -> error(span, type(failed.failure()));
            case RunEnd.Limited limited -> limited(span, limited.reached());
            case RunEnd.Cancelled cancelled -> stopped(span, cancelled.stop());
            case RunEnd.Completed completed -> {}
            case RunEnd.Paused paused -> {}
        }
    }

    /** A failed model call has the same type as its attempts. */
    static String type(Failure failure) {
        return failure.code().startsWith(PROVIDER) ? failure.code().substring(PROVIDER.length()) : failure.code();
    }

    static void error(Span span, String type) {
        span.setAttribute(Names.ERROR_TYPE, type).setStatus(StatusCode.ERROR);
    }

    static void say(Recording recording, AttributeKey<String> key, String text) {
        recording.say(span -> text(span, key, text));
    }

    static void text(Span span, AttributeKey<String> key, String text) {
        if (!text.isEmpty()) {
            span.setAttribute(key, text);
        }
    }

    private static void some(Span span, AttributeKey<Long> key, long number) {
        if (number > 0) {
            span.setAttribute(key, number);
        }
    }

    static String word(Enum<?> kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
