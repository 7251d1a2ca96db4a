package dev.tenon.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.checks.Fixtures;
import dev.tenon.json.Json;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.Chance;
import dev.tenon.testing.LoopbackServer;
import dev.tenon.testing.LoopbackServer.Answer;
import dev.tenon.testing.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Recorded bodies with bytes changed, lost, doubled and cut: a reply or a failure of the library's own, and nothing else. */
@Timeout(120)
public abstract class MutatedExchanges {
    private final String api;

    /** Of the exchanges of this wire format. */
    protected MutatedExchanges(String api) {
        this.api = api;
    }

    /** A provider of this format, at a base URL that ends in {@code /v1}. */
    protected abstract Provider provider(String url);

    /** What a host may have sent: bytes of a recorded body, spoilt. */
    private static final class Spoilt {
        final String id;
        final byte[] body;
        final boolean stream;

        Spoilt(String id, byte[] body, boolean stream) {
            this.id = id;
            this.body = body;
            this.stream = stream;
        }

        @Override
        public String toString() {
            return id + " of " + body.length + " bytes";
        }
    }

    @Test
    void endsInAReplyOrAFailureOfOurOwn() {
        List<Spoilt> recorded = new ArrayList<>();
        for (String line : Fixtures.cases("providers/INDEX.jsonl", it -> it.contains("\"" + api + "\""))) {
            Json.Obj exchange = Json.parse(line).asObj();
            if (!exchange.string("api").orElse("").equals(api)) continue;
            byte[] body = Fixtures.bytes("providers/" + exchange.string("body").orElseThrow());
            if (body.length > 50_000) continue;
            boolean stream = exchange.get("stream").orElseThrow().equals(Json.of(true));
            recorded.add(new Spoilt(exchange.string("id").orElseThrow(), body, stream));
        }
        AtomicReference<byte[]> next = new AtomicReference<>(new byte[0]);
        try (LoopbackServer server = LoopbackServer.start(request -> Answer.of(200, "application/json", next.get()))) {
            Provider provider = provider(server.url("/v1").toString());
            Property.forAll(2_000, chance -> spoilt(chance, chance.pick(recorded)), spoilt -> {
                next.set(spoilt.body);
                Call call =
                        spoilt.stream ? Call.watched(new Cancellation(), delta -> {}, notice -> {}) : Call.unwatched();
                try {
                    assertThat(provider.chat(ChatRequest.of("Hi"), call).message())
                            .isNotNull();
                } catch (ProviderException e) {
                    assertThat(e.getMessage()).isNotBlank();
                }
            });
        }
    }

    private static Spoilt spoilt(Chance chance, Spoilt recorded) {
        byte[] body = recorded.body.clone();
        for (int left = 1 + chance.below(4); left > 0 && body.length > 1; left--) {
            int at = chance.below(body.length);
            int length = Math.min(body.length - at, 1 + chance.below(40));
            switch (chance.below(5)) {
                case 0 -> body[at] = (byte) chance.below(256);
                case 1 ->
                    body[at] = (byte) chance.pick(List.of('"', '{', '}', '[', ']', ',', ':', '\\', '\n', '0'))
                            .charValue();
                case 2 -> body = joined(body, at, at + length);
                case 3 -> body = joined(body, at + length, at);
                default -> body = java.util.Arrays.copyOf(body, at);
            }
        }
        return new Spoilt(recorded.id, body, recorded.stream);
    }

    /** What stands before the one place, and what stands after the other: a piece is lost, or stands there twice. */
    private static byte[] joined(byte[] body, int before, int after) {
        byte[] joined = new byte[before + body.length - after];
        System.arraycopy(body, 0, joined, 0, before);
        System.arraycopy(body, after, joined, before, body.length - after);
        return joined;
    }
}
