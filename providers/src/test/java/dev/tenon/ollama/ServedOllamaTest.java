package dev.tenon.ollama;

import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.thinking;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tenon.json.Json;
import dev.tenon.message.Message;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.Delta;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.ProviderException;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.Fault;
import dev.tenon.testing.ModelServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** All of Ollama but chat, against a {@link ModelServer}. */
class ServedOllamaTest {
    private static Ollama connect(ModelServer server) {
        return Ollama.connect(server.url("").toString()).build();
    }

    @Test
    void aModelThatIsNotThereIsFetchedWithProgressAndIsThereThen() {
        try (ModelServer server = ModelServer.start().having("gemma3:4b")) {
            Ollama ollama = connect(server);
            ProviderException missing =
                    catchThrowableOfType(ProviderException.class, () -> ollama.show("qwen3:8b", new Cancellation()));
            assertThat(missing.kind()).isEqualTo(Kind.NOT_FOUND);
            assertThat(missing).hasMessage("ollama answered 404: model 'qwen3:8b' not found");

            List<PullProgress> progress = new ArrayList<>();
            ollama.pull("qwen3:8b", progress::add, new Cancellation());

            assertThat(progress)
                    .extracting(PullProgress::status)
                    .startsWith("pulling manifest")
                    .endsWith("success");
            assertThat(progress.stream()
                            .filter(it -> it.total() > 0)
                            .map(PullProgress::completed)
                            .toList())
                    .isSorted()
                    .startsWith(0L)
                    .endsWith(4096L);
            assertThat(ollama.models(new Cancellation()))
                    .extracting(LocalModel::name)
                    .containsExactly("gemma3:4b", "qwen3:8b");
            assertThat(ollama.show("qwen3:8b", new Cancellation()).at("/capabilities/0"))
                    .contains(Json.of("completion"));
        }
    }

    @Test
    void aTextGoesOnWholeAndStreamed() {
        try (ModelServer server =
                ModelServer.start(asked -> thinking("Hm, ", "so").and(reply("upon ", asked.lastUserText())))) {
            ChatRequest request = ChatRequest.of(List.of(Message.system("Tell."), Message.user("a time")))
                    .withSettings(ModelSettings.NONE.withMaxOutputTokens(9));
            List<Delta> deltas = new ArrayList<>();
            var model = connect(server).completions("llama3");

            var whole = model.chat(request, Call.unwatched());
            var streamed = model.chat(request, Call.watched(new Cancellation(), deltas::add, notice -> {}));

            assertThat(whole.text()).isEqualTo("upon a time");
            assertThat(streamed.message()).isEqualTo(whole.message());
            assertThat(streamed.usage()).isEqualTo(whole.usage());
            assertThat(deltas)
                    .containsExactly(
                            new Delta.Thinking("Hm, "),
                            new Delta.Thinking("so"),
                            new Delta.Text("upon "),
                            new Delta.Text("a time"));
            assertThat(server.requests().get(0).chat().messages().get(0).text()).isEqualTo("Tell.");
            assertThat(server.requests().get(0).chat().settings().maxOutputTokens())
                    .hasValue(9);
            assertThat(server.requests())
                    .extracting(it -> it.wire().orElseThrow().wire())
                    .containsExactly("ollama-generate", "ollama-generate");
        }
    }

    @Test
    void aTextThatBreaksOffIsToldWithWhatHadCome() {
        try (ModelServer server = ModelServer.start(reply("upon ", "a ").failing(Fault.refused(Kind.SERVER)))) {
            ProviderException e = catchThrowableOfType(
                    ProviderException.class,
                    () -> connect(server)
                            .completions("llama3")
                            .chat(ChatRequest.of("Once"), Call.watched(new Cancellation(), delta -> {}, notice -> {})));
            assertThat(e.kind()).isEqualTo(Kind.SERVER);
            assertThat(e.partial().orElseThrow().text()).isEqualTo("upon a ");
        }
    }
}
