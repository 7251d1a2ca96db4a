package dev.tenon.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tenon.checks.Fixtures;
import dev.tenon.message.Content;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.Delta;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.Chance;
import dev.tenon.testing.LoopbackServer;
import dev.tenon.testing.LoopbackServer.Answer;
import dev.tenon.testing.LoopbackServer.Ending;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Recorded streams that end too soon, anywhere: a clear failure with what had arrived, or the whole answer, and never a part of it as if it were whole. */
class CutStreamsTest {
    private static final int CUTS = 12;

    private final AtomicReference<Answer> next = new AtomicReference<>(Answer.none(Ending.CUT));

    @TestFactory
    Stream<DynamicTest> aCutStreamIsNeverTakenForAWholeOne() {
        return Format.ALL.stream()
                .filter(ChatFormat.class::isInstance)
                .map(format -> dynamicTest(format.api(), () -> assertNoneIs((ChatFormat) format)));
    }

    private void assertNoneIs(ChatFormat format) throws IOException {
        String file = "providers/INDEX.jsonl";
        List<Given> streams = new CaseFile(Fixtures.path(file))
                .given(new ProvidersKind().given()).stream()
                        .filter(given -> given.needed("api").equals(format.api())
                                && List.of("sse", "ndjson", "aws-eventstream").contains(given.needed("transport")))
                        .toList();
        assertThat(streams).isNotEmpty();
        List<String> wrong = new ArrayList<>();
        try (LoopbackServer server = LoopbackServer.start(request -> next.get())) {
            for (Given stream : streams) {
                Fixtures.countRead(file, stream.id());
                Provider provider = format.connect(stream, server.url("/v1").toString());
                wrong.addAll(cuts(stream.id(), stream.file("body"), provider));
            }
        }
        assertThat(wrong).isEmpty();
    }

    private record Read(String outcome, String text, List<Content.ToolCall> calls, String shown) {}

    private List<String> cuts(String id, byte[] body, Provider provider) {
        Read whole = read(body, Ending.COMPLETE, provider);
        List<String> wrong = new ArrayList<>();
        Chance chance = new Chance(body.length);
        for (int i = 0; i < CUTS; i++) {
            int at = chance.below(body.length);
            for (Ending ending : List.of(Ending.CUT, Ending.COMPLETE)) {
                Read cut = read(Arrays.copyOf(body, at), ending, provider);
                boolean failed = cut.outcome().startsWith("failed");
                boolean fits = failed
                        ? whole.text().startsWith(cut.text()) && cut.text().equals(cut.shown())
                        : cut.outcome().equals("answered")
                                && cut.text().equals(whole.text())
                                && cut.calls().equals(whole.calls());
                if (!fits) {
                    wrong.add(id + " cut at " + at + " of " + body.length + ", " + ending + ": " + cut);
                }
            }
        }
        return wrong;
    }

    private Read read(byte[] body, Ending ending, Provider provider) {
        next.set(Answer.chunked(200, "text/event-stream", List.of(body)).ending(ending));
        StringBuilder shown = new StringBuilder();
        Call call = Call.watched(
                new Cancellation(),
                delta -> {
                    if (delta instanceof Delta.Text text) {
                        shown.append(text.text());
                    }
                },
                notice -> {});
        try {
            ChatResponse response = provider.chat(ChatRequest.of("Hello"), call);
            return new Read("answered", response.text(), response.message().toolCalls(), shown.toString());
        } catch (ProviderException e) {
            return new Read(
                    "failed: " + e.kind(), e.partial().map(ChatResponse::text).orElse(""), List.of(), shown.toString());
        } catch (RuntimeException e) {
            return new Read("threw " + e, "", List.of(), shown.toString());
        }
    }
}
