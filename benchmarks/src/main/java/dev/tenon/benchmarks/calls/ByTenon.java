package dev.tenon.benchmarks.calls;

import dev.tenon.agent.Agent;
import dev.tenon.openai.Dialect;
import dev.tenon.openai.OpenAi;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.Delta;
import dev.tenon.provider.Provider;
import dev.tenon.scope.Cancellation;
import dev.tenon.tool.Tool;

/** Through this library. */
final class ByTenon implements Candidate {
    private record Place(String city) {}

    private record Part(String what) {}

    private final Provider model;
    private final Agent plain;
    private final Agent weather;
    private final Agent slow;

    ByTenon(String url) {
        model = OpenAi.connect(Dialect.OPENAI)
                .baseUrl(url)
                .key("key-of-nobody")
                .build()
                .model("gpt-5-mini");
        plain = Agent.builder(model).build();
        weather = Agent.builder(model)
                .tools(Tool.of("weather", WEATHER, Place.class, place -> Candidate.weather(place.city())))
                .build();
        slow = Agent.builder(model)
                .tools(Tool.of("slow", "Takes its time", Part.class, part -> Candidate.slowly(part.what())))
                .build();
    }

    @Override
    public String chat() {
        return model.chat(ChatRequest.of(QUESTION), Call.unwatched()).text();
    }

    @Override
    public int stream() {
        int[] characters = {0};
        Call call = Call.watched(
                new Cancellation(),
                delta -> {
                    if (delta instanceof Delta.Text text) {
                        characters[0] += text.text().length();
                    }
                },
                notice -> {});
        model.chat(ChatRequest.of(QUESTION), call);
        return characters[0];
    }

    @Override
    public String toolRound() {
        return weather.run(QUESTION).text();
    }

    @Override
    public Advice typed() {
        return plain.run(QUESTION, Advice.class).output();
    }

    @Override
    public String fourTools() {
        return slow.run(QUESTION).text();
    }
}
