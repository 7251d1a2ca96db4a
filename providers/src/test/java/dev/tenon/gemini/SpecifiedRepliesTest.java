package dev.tenon.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tenon.checks.Fixtures;
import dev.tenon.json.Json;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.FinishReason;
import dev.tenon.provider.ProviderException;
import dev.tenon.testing.LoopbackServer;
import dev.tenon.testing.LoopbackServer.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every part, every reason to end and every member of a reply that the protos have is read, or kept as it is. */
class SpecifiedRepliesTest {
    private static final AtomicReference<String> NEXT = new AtomicReference<>("");
    private static final LoopbackServer SERVER =
            LoopbackServer.start(request -> Answer.of(200, "application/json", NEXT.get()));
    private static Protos protos = new Protos();

    @BeforeAll
    static void read() throws IOException {
        protos = Protos.of(Fixtures.spec("gemini/v1beta"));
    }

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    private static ChatResponse ask(Json body) {
        NEXT.set(body.toString());
        return Gemini.connect(SERVER.url("/v1beta").toString())
                .build()
                .model("m")
                .chat(ChatRequest.of("Hi"), Call.unwatched());
    }

    private static Json.Obj reply(Json.Obj candidate) {
        return Json.object("candidates", Json.array(candidate)).with("responseId", "r");
    }

    private static Json.Obj candidate(Json.Obj part, String finish) {
        return Json.object("content", Json.object("role", "model").with("parts", Json.array(part)))
                .with("finishReason", finish);
    }

    /** A part with this member: what the model may say, thinking and a signature besides. */
    private static Json.Obj part(String member) {
        Json.Obj signed = Json.object("thoughtSignature", "c2ln");
        return switch (member) {
            case "text" -> signed.with("text", "Hello");
            case "thought" -> signed.with("text", "Hm").with("thought", true);
            case "thoughtSignature" -> signed.with("text", "");
            default -> signed.with(member, protos.example("Part", member));
        };
    }

    @Test
    void everyPartIsReadOrKeptAndGoesBackAsItCame() {
        Set<String> members = protos.members("Part");
        assertThat(members).contains("text", "functionCall", "executableCode").hasSizeGreaterThan(9);
        List<String> wrong = new ArrayList<>();
        for (String member : members) {
            Json.Obj part = part(member);
            assertThat(protos.problems("Part", part, Set.of())).as(member).isEmpty();
            ChatResponse reply = ask(reply(candidate(part, "STOP")));
            assertThat(reply.message().content())
                    .as(member)
                    .singleElement()
                    .isInstanceOf(
                            switch (member) {
                                case "text", "thoughtSignature" -> Content.Text.class;
                                case "thought" -> Content.Thinking.class;
                                case "functionCall" -> Content.ToolCall.class;
                                case "inlineData", "fileData" -> Content.Media.class;
                                default -> Content.Opaque.class;
                            });
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ChatRequest again = ChatRequest.of(List.of(Message.user("Hi"), reply.message()));
            new GenerateRequest(Platform.GEMINI_API, "models/gemini-2.5-flash", again, Call.unwatched()).write(out);
            Json sent = Json.parse(out.toByteArray()).at("/contents/1/parts/0").orElseThrow();
            if (!sent.equals(part)) wrong.add(member + ": came " + part + ", went back " + sent);
        }
        assertThat(wrong).isEmpty();
    }

    /** {@code OTHER} says that the host does not say why, and the unspecified one that there is no reason. */
    @Test
    void everyReasonToEndIsKnown() {
        Set<String> reasons = protos.values("Candidate.FinishReason");
        assertThat(reasons).contains("STOP", "MAX_TOKENS").hasSizeGreaterThan(15);
        for (String reason : reasons) {
            FinishReason finish = FinishWords.of(reason, false);
            assertThat(finish.raw()).isEqualTo(reason);
            assertThat(finish.kind() == FinishReason.Kind.UNKNOWN)
                    .as(reason)
                    .isEqualTo(Set.of("OTHER", "FINISH_REASON_UNSPECIFIED").contains(reason));
            if (reason.equals("FINISH_REASON_UNSPECIFIED")) continue;
            ChatResponse reply = ask(reply(candidate(Json.object("text", "x"), reason)));
            assertThat(reply.finish()).isEqualTo(finish);
            assertThat(reply.text()).isEqualTo("x");
        }
    }

    @Test
    void everyReasonForWhichAPromptIsBlockedIsAContentFilter() {
        Set<String> reasons = protos.values("GenerateContentResponse.PromptFeedback.BlockReason");
        assertThat(reasons).contains("SAFETY").hasSizeGreaterThan(4);
        for (String reason : reasons) {
            NEXT.set(Json.object("promptFeedback", Json.object("blockReason", reason))
                    .toString());
            ProviderException e = catchThrowableOfType(ProviderException.class, () -> ask(Json.parse(NEXT.get())));
            assertThat(e).as(reason).isNotNull();
            assertThat(e.kind()).as(reason).isEqualTo(ProviderException.Kind.CONTENT_FILTERED);
            assertThat(e.partial().orElseThrow().extra()).containsEntry("block_reason", Json.of(reason));
        }
    }

    /** Those that are a part's, its usage's or the whole reply's have names of their own; the rest stands in {@code extra} by the wire's. */
    @Test
    void everyMemberOfACandidateIsReadOrKept() {
        for (String member : protos.members("Candidate")) {
            if (Set.of("content", "index", "finishReason").contains(member)) continue;
            Json value = protos.example("Candidate", member);
            ChatResponse reply =
                    ask(reply(candidate(Json.object("text", "Hello"), "STOP").with(member, value)));
            switch (member) {
                case "citationMetadata" ->
                    assertThat(((Content.Text) reply.message().content().get(0)).citations())
                            .as(member)
                            .isNotEmpty();
                case "groundingMetadata", "urlContextMetadata" ->
                    assertThat(reply.message().content().getLast())
                            .isInstanceOfSatisfying(
                                    Content.Opaque.class,
                                    kept -> assertThat(kept.data()).isEqualTo(value));
                default -> assertThat(reply.extra()).as(member).containsEntry(member, value);
            }
        }
    }
}
