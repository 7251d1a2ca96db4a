package dev.tenon.ollama;

import dev.tenon.http.HttpClient;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.wire.FaultContract;
import java.util.List;

/** What becomes of a call of {@code /api/generate} when the host or the way to it is not well. */
class GenerateFaultsTest extends FaultContract {
    @Override
    protected Provider provider(String url, HttpClient http) {
        return Ollama.connect(url).http(http).build().completions("m");
    }

    @Override
    protected Framing framing() {
        return Framing.LINES;
    }

    @Override
    protected String host() {
        return "ollama";
    }

    @Override
    protected String answer() {
        return "response";
    }

    @Override
    protected String whole() {
        return "{\"model\":\"m1\",\"response\":\"Hello\",\"done_reason\":\"stop\",\"done\":true,\"prompt_eval_count\":3,"
            + "\"eval_count\":2}";
    }

    @Override
    protected String begin() {
        return "";
    }

    @Override
    protected String text(String piece) {
        return "data: {\"model\":\"m1\",\"response\":\"" + piece + "\",\"done\":false}\n\n";
    }

    @Override
    protected String finish() {
        return "data: {\"model\":\"m1\",\"response\":\"\",\"done\":true,\"done_reason\":\"stop\"}\n\n";
    }

    @Override
    protected String overloaded() {
        return "{\"error\":\"Too much\"}";
    }

    /** Errors are words only. */
    @Override
    protected Kind inReply() {
        return Kind.SERVER;
    }

    @Override
    protected List<String> errorsInStream() {
        return List.of("data: " + overloaded() + "\n\n");
    }

    @Override
    protected String id() {
        return "";
    }
}
