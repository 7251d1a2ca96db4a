package dev.tenon.provider;

import dev.tenon.error.Failure;
import dev.tenon.json.Json;
import dev.tenon.scope.StoppedException;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import org.slf4j.Logger;

/** Logs a line when a call ends, and one for each thing worth telling on the way: at info, what went wrong at warn. */
final class LoggedProvider implements Provider {
    private final Provider provider;
    private final Logger log;
    private final boolean content;

    LoggedProvider(Provider provider, Logger log, boolean content) {
        this.provider = Objects.requireNonNull(provider, "provider");
        this.log = log;
        this.content = content;
    }

    @Override
    public ModelInfo info() {
        return provider.info();
    }

    @Override
    public ChatResponse chat(ChatRequest request, Call call) {
        if (!log.isWarnEnabled()) {
            return provider.chat(request, call);
        }
        String model = info().name();
        if (content && log.isInfoEnabled()) {
            log.info("{}: asked {}", model, Json.of(request.messages()));
        }
        long began = call.time().nanos();
        try {
            ChatResponse reply = provider.chat(
                    request, new ScopedCall(call, call.watched(), call::delta, notice -> tell(model, notice, call)));
            if (log.isInfoEnabled()) {
                answered(model, reply, took(began, call));
            }
            return reply;
        } catch (StoppedException e) {
            log.info("{}: {} after {}", model, e.code(), took(began, call));
            throw e;
        } catch (RuntimeException e) {
            log.warn("{}: failed after {}: {}", model, took(began, call), words(Failure.of(e)));
            throw e;
        }
    }

    private void answered(String model, ChatResponse reply, Duration took) {
        Usage usage = reply.usage();
        String tokens = usage.unreported() > 0
                ? "tokens not reported"
                : usage.input() + " tokens in (" + usage.cacheRead() + " from the cache), " + usage.output() + " out ("
                        + usage.reasoning() + " thinking)";
        String end = reply.finish().kind().name().toLowerCase(Locale.ROOT);
        log.info("{}: {} after {}, {}, {}", model, end, took, tokens, info().cost(usage));
        if (content) {
            log.info("{}: answered {}", model, Json.of(reply.message()));
        }
    }

    private void tell(String model, Notice notice, Call call) {
        switch (notice) {
            case Notice.Retrying it ->
                log.warn(
                        "{}: attempt {} failed, again in {}: {}",
                        it.by(),
                        it.attempt(),
                        it.pause(),
                        words(it.failure()));
            case Notice.FellBack it -> log.warn("{} failed, {} is asked: {}", it.from(), it.to(), words(it.failure()));
            case Notice.Hedged it -> log.info("{} is late after {}, {} is asked too", it.from(), it.after(), it.to());
            case Notice.Answered it -> log.info("{}: answered by {}, {}", model, it.by(), it.cost());
            case Notice.AttemptCost it -> log.info("{}: beside the reply {} cost {}", model, it.by(), it.cost());
            case Notice.Waiting it -> log.info("{}: waits at least {} for its turn", model, it.atLeast());
            case Notice.CacheHit it -> log.info("{}: answered from the cache", model);
            case Notice.CircuitChanged it ->
                log.warn("{}: {}", it.model(), it.open() ? "not asked for " + it.pause() : "asked again");
            case Notice.Disagreed it ->
                log.info(
                        "{}: {} {}",
                        model,
                        it.model(),
                        it.failure().equals(Notice.Disagreed.NONE)
                                ? "disagreed" + (content ? ": " + it.answer() : "")
                                : "did not answer: " + words(it.failure()));
            case Notice.Omitted it -> log.info("{}: {} was left out: {}", model, it.what(), it.why());
            case Notice.Custom it -> log.info("{}: {}", model, it.name());
        }
        call.notice(notice);
    }

    /** A message may quote the request or the reply, so its words are content; the code and the facts are not. */
    private String words(Failure failure) {
        Object status = failure.context().get("status");
        return failure.code() + (status == null ? "" : ", HTTP " + status) + (content ? ", " + failure.message() : "");
    }

    private static Duration took(long began, Call call) {
        return Duration.ofMillis((call.time().nanos() - began) / 1_000_000);
    }
}
