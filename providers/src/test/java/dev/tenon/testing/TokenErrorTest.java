package dev.tenon.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.checks.Docs;
import dev.tenon.checks.Fixtures;
import dev.tenon.json.Json;
import dev.tenon.openai.OpenAiTokens;
import dev.tenon.provider.CalibratedTokens;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.TokenCounter;
import dev.tenon.provider.Usage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How far the counters are off what providers reported of recorded requests. The table stands in docs/memory.md. */
@Timeout(60)
class TokenErrorTest {
    /** Fewer say nothing of a provider. */
    private static final int FEWEST = 10;

    private record Recorded(String provider, String api, String model, ChatRequest request, long reported) {}

    private static final class Errors {
        final List<Double> estimate = new ArrayList<>();
        final List<Double> calibrated = new ArrayList<>();
        final List<Double> tokens = new ArrayList<>();
        final List<Double> vocabulary = new ArrayList<>();
        final List<Double> ceiling = new ArrayList<>();
    }

    private static Optional<Recorded> recorded(Json.Obj line) {
        Json.Obj usage =
                line.at("/expected/usage").orElse(Json.Obj.EMPTY) instanceof Json.Obj object ? object : Json.Obj.EMPTY;
        String api = line.string("api").orElse("");
        long input = number(usage, "input_tokens");
        if (input == 0) {
            return Optional.empty();
        }
        if (api.startsWith("anthropic")) {
            input += number(usage, "cache_read_tokens") + number(usage, "cache_write_tokens");
        }
        Optional<Json> body = line.get("request")
                .or(() -> line.string("request_file")
                        .map(file ->
                                Json.parse(new String(Fixtures.bytes("providers/" + file), StandardCharsets.UTF_8))));
        if (body.isEmpty() || !(body.get() instanceof Json.Obj)) {
            return Optional.empty();
        }
        // What a host runs by itself and what it fetches is in no request.
        boolean servers = line.get("tags").orElse(Json.NULL).toString().contains("server_tools")
                || body.get().toString().contains("previous_response_id")
                || body.get().toString().contains("cachedContent");
        if (servers) {
            return Optional.empty();
        }
        try {
            String url = line.string("url").orElse("/v1beta/models/gemini-x:generateContent");
            String path = url.replaceFirst("https?://[^/]*", "").replaceFirst("\\?.*", "");
            WireRequest request = new WireRequest(api, "POST", path, Map.of(), body.get());
            ModelRequest read = switch (api) {
                case "openai-chat" -> OpenAiChatRequest.read(request);
                case "openai-responses" -> OpenAiResponsesRequest.read(request);
                case "anthropic-messages" -> AnthropicRequest.read(request);
                default -> GeminiWireRequest.read(request);
            };
            return Optional.of(new Recorded(line.string("provider").orElse(""), api, read.model(), read.chat(), input));
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    private static long number(Json.Obj usage, String name) {
        return usage.get(name).orElse(Json.NULL) instanceof Json.Num number ? number.longValue() : 0;
    }

    private static double off(long counted, long reported) {
        return Math.abs(counted - reported) / (double) reported;
    }

    private static long percent(List<Double> errors) {
        List<Double> sorted = new ArrayList<>(errors);
        Collections.sort(sorted);
        return Math.round(100 * sorted.get(sorted.size() / 2));
    }

    private static long over(List<Double> errors) {
        return errors.stream().filter(error -> error < 0).count();
    }

    @Test
    void theErrorOfEachCounterIsAsThePageSays() {
        Map<String, Errors> byProvider = new TreeMap<>();
        Map<String, CalibratedTokens> calibrated = new HashMap<>();
        List<String> lines = Fixtures.cases(
                "providers/INDEX.jsonl",
                line -> line.contains("\"openai-chat\"")
                        || line.contains("\"openai-responses\"")
                        || line.contains("\"anthropic-messages\"")
                        || line.contains("\"gemini\""));
        for (String line : lines) {
            recorded(Json.parse(line).asObj()).ifPresent(one -> {
                Errors errors = byProvider.computeIfAbsent(one.provider() + ", " + one.api(), begun -> new Errors());
                CalibratedTokens learning = calibrated.computeIfAbsent(
                        one.provider() + one.api() + one.model(), begun -> CalibratedTokens.estimate());
                errors.estimate.add(off(TokenCounter.ESTIMATE.tokens(one.request()), one.reported()));
                errors.calibrated.add(off(learning.tokens(one.request()), one.reported()));
                errors.tokens.add((double) Math.abs(learning.tokens(one.request()) - one.reported()));
                errors.ceiling.add(
                        (TokenCounter.CEILING.tokens(one.request()) - one.reported()) / (double) one.reported());
                learning.learn(one.request(), Usage.of(one.reported(), 0));
                if (one.provider().equals("openai") || one.provider().equals("azure")) {
                    errors.vocabulary.add(off(OpenAiTokens.of(one.model()).tokens(one.request()), one.reported()));
                }
            });
        }
        List<String> rows = new ArrayList<>();
        byProvider.forEach((name, errors) -> {
            if (errors.estimate.size() >= FEWEST) {
                rows.add(String.format(
                        Locale.ROOT,
                        "| %s | %d | %d %% | %d %% | %d | %s | %d |",
                        name,
                        errors.estimate.size(),
                        percent(errors.estimate),
                        percent(errors.calibrated),
                        percent(errors.tokens) / 100,
                        errors.vocabulary.isEmpty() ? "" : percent(errors.vocabulary) + " %",
                        over(errors.ceiling)));
            }
        });

        assertThat(rows).hasSizeGreaterThan(8);
        assertThat(Docs.text("memory.md")).as(String.join("\n", rows)).contains(rows);
    }
}
