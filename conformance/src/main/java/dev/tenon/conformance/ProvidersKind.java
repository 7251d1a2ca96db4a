package dev.tenon.conformance;

import dev.tenon.json.Json;
import dev.tenon.scope.Cancellation;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Recorded HTTP exchanges, served over real HTTP and read through a provider, as a user of that host connects one.
 */
final class ProvidersKind implements Kind {
    /** A recorded answer is there at once: a reader that takes longer hangs. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Override
    public String name() {
        return "providers";
    }

    /** What a client knows before it asks (host, format, whether it wants a stream), and what it gets. */
    @Override
    public Set<String> given() {
        return Set.of("provider", "api", "stream", "transport", "status", "response_headers", "body", "url", "request");
    }

    @Override
    public void read(List<Given> cases, Lines lines) throws IOException {
        try (Exchanges server = Exchanges.start()) {
            for (Given one : cases) {
                lines.add(read(one, server));
            }
        }
    }

    private static Json.Obj read(Given exchange, Exchanges server) {
        Json.ObjBuilder line = Json.object().put("id", exchange.id());
        try (Cancellation patience = Cancellation.after(PATIENCE)) {
            Optional<Format> format = Format.of(exchange.needed("api"));
            if (format.isEmpty()) {
                return line.put("unsupported", exchange.needed("api")).build();
            }
            return line.putAll(format.get().read(exchange, server.serve(exchange), patience))
                    .build();
        } catch (RuntimeException | IOException | StackOverflowError e) {
            return line.put("threw", e.toString()).build();
        }
    }

    @Override
    public List<String> compare(Json.Obj wanted, List<Json.Obj> came) {
        Comparison comparison = new Comparison();
        if (came.size() == 1 && came.get(0).has("unsupported")) {
            return List.of(came.get(0).string("unsupported").orElse("") + " is not read yet");
        }
        Json.Obj expected =
                wanted.get("expected").map(Json::asObj).orElse(Json.Obj.EMPTY).without("notes");
        Json.Obj read = came.size() == 1 ? came.get(0).without("id") : Json.object("lines", came.size());
        Json.Obj digested = LongTexts.digested(read, expected);
        Set<String> names = new TreeSet<>(expected.members().keySet());
        names.addAll(digested.members().keySet());
        for (String name : names) {
            if (name.equals("error")) {
                comparison.member(
                        name, expected.get(name), digested.get(name).map(error -> said(error, expected, wanted)));
            } else if (name.equals("first")) {
                comparison.member(
                        name,
                        expected.get(name).map(ProvidersKind::rounded),
                        digested.get(name).map(ProvidersKind::rounded));
            } else {
                comparison.member(name, expected.get(name), digested.get(name));
            }
        }
        return comparison.differences();
    }

    /** Numbers of a vector, which has 32 bits a number: cases have some of them with the digits of 64. */
    private static Json rounded(Json numbers) {
        return numbers instanceof Json.Arr list
                ? Json.Arr.of(list.items().stream()
                        .map(it -> it instanceof Json.Num number
                                ? Json.of(new BigDecimal(Float.toString((float) number.doubleValue())))
                                : it)
                        .toList())
                : numbers;
    }

    /**
     * An error without what only some cases speak of: whether a retry helps stands only in the authored ones, and a status that the source does not have
     * is assumed.
     */
    private static Json said(Json error, Json.Obj expected, Json.Obj wanted) {
        Json.Obj wantedError = expected.get("error").map(Json::asObj).orElse(Json.Obj.EMPTY);
        Json.Obj said = error.asObj();
        if (!wantedError.has("retryable")) {
            said = said.without("retryable");
        }
        if (!wantedError.has("status") && wanted.has("status_assumed")) {
            said = said.without("status");
        }
        return said;
    }
}
