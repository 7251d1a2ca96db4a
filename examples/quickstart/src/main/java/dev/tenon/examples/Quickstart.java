package dev.tenon.examples;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunRequest;
import dev.tenon.agent.RunResult;
import dev.tenon.json.Json;
import dev.tenon.openai.OpenAi;
import dev.tenon.run.Watch;
import dev.tenon.tool.Tool;

/** An agent with two tools: a streamed answer, then a typed one. With {@code OPENAI_API_KEY} set the model is a real one. */
public final class Quickstart {
    record Place(String city) {}

    record Advice(String city, double celsius, boolean umbrella) {}

    private static Json weather(Place place) throws InterruptedException {
        int number = lookUp("weather", place);
        String sky = number % 2 == 0 ? "rain" : "clear";
        return Json.object("celsius", number % 30 - 2.5).with("sky", sky);
    }

    private static Json time(Place place) throws InterruptedException {
        return Json.object("time", lookUp("time", place) % 24 + ":30");
    }

    private static int lookUp(String what, Place place) throws InterruptedException {
        System.out.println("  looking up the " + what + " in " + place.city() + " …");
        Thread.sleep(300); // As a service would take.
        return Math.abs(place.city().hashCode() % 1000);
    }

    public static void main(String... args) {
        boolean real = System.getenv("OPENAI_API_KEY") != null;
        System.out.println(real ? "The model is real." : "The model is a scripted one; everything else is real.");
        OpenAi host = real ? OpenAi.fromEnv() : ScriptedModel.connect();
        String question = args.length > 0 ? args[0] : "Do I need an umbrella in Lisbon or in Oslo?";
        try (Agent agent = Agent.builder(host.model(System.getenv().getOrDefault("OPENAI_MODEL", "gpt-5-mini")))
                .instructions("Answer in one or two sentences. Use the tools.")
                .tools(Tool.of("weather", "The weather now", Place.class, Quickstart::weather))
                .tools(Tool.of("local_time", "The local time", Place.class, Quickstart::time))
                .build()) {
            System.out.println("\n> " + question);
            RunResult streamed = agent.run(RunRequest.of(question), Watch.deltas(System.out::print));
            System.out.println("\n\n> the same as a record");
            RunResult typed = agent.run(question, Advice.class).result();
            System.out.println(typed.output(Advice.class) + "\n\n          steps  tool calls  tokens     time  cost");
            System.out.println(row("streamed", streamed) + "\n" + row("typed", typed));
        }
    }

    private static String row(String name, RunResult of) {
        int calls = of.spent().toolCalls();
        String counts = String.format(
                "%-8s%7d%12d%8d", name, of.spent().steps(), calls, of.usage().total());
        return counts + String.format("%6d ms  %s", of.took().toMillis(), of.cost());
    }
}
