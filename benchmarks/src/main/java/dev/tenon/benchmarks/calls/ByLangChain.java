package dev.tenon.benchmarks.calls;

import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.service.AiServices;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Through LangChain4j, as its guide has it: a model, and services made of interfaces. Nothing is tried again. */
final class ByLangChain implements Candidate {
    /** A service that answers with text. */
    interface Answering {
        String answer(String question);
    }

    /** A service that answers with a record. */
    interface Advising {
        Advice advise(String question);
    }

    /** A tool. */
    static final class Weather {
        @Tool(WEATHER)
        String weather(@P(name = "city", value = "city") String city) {
            return Candidate.weather(city);
        }
    }

    /** A slow one. */
    static final class Slow {
        @Tool("Takes its time")
        String slow(@P(name = "what", value = "what") String what) {
            return slowly(what);
        }

        private static String slowly(String what) {
            return Candidate.slowly(what);
        }
    }

    private final OpenAiChatModel model;
    private final OpenAiStreamingChatModel streaming;
    private final Advising plain;
    private final Answering weather;
    private final Answering slow;

    ByLangChain(String url) {
        model = OpenAiChatModel.builder()
                .baseUrl(url)
                .apiKey("key-of-nobody")
                .modelName("gpt-5-mini")
                .maxRetries(0)
                .supportedCapabilities(Capability.RESPONSE_FORMAT_JSON_SCHEMA)
                .strictJsonSchema(true)
                .build();
        streaming = OpenAiStreamingChatModel.builder()
                .baseUrl(url)
                .apiKey("key-of-nobody")
                .modelName("gpt-5-mini")
                .build();
        plain = AiServices.create(Advising.class, model);
        weather = AiServices.builder(Answering.class)
                .chatModel(model)
                .tools(new Weather())
                .build();
        slow = AiServices.builder(Answering.class)
                .chatModel(model)
                .tools(new Slow())
                .executeToolsConcurrently()
                .build();
    }

    @Override
    public String chat() {
        return model.chat(QUESTION);
    }

    @Override
    public int stream() {
        int[] characters = {0};
        CompletableFuture<ChatResponse> whole = new CompletableFuture<>();
        streaming.chat(QUESTION, new StreamingChatResponseHandler() {
            @Override
            public void onPartialResponse(@Nullable String piece) {
                if (piece != null) {
                    characters[0] += piece.length();
                }
            }

            @Override
            public void onCompleteResponse(ChatResponse response) {
                whole.complete(response);
            }

            @Override
            public void onError(Throwable error) {
                whole.completeExceptionally(error);
            }
        });
        whole.join();
        return characters[0];
    }

    @Override
    public String toolRound() {
        return weather.answer(QUESTION);
    }

    @Override
    public Advice typed() {
        return plain.advise(QUESTION);
    }

    @Override
    public String fourTools() {
        return slow.answer(QUESTION);
    }
}
