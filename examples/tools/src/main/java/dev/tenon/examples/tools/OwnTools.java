package dev.tenon.examples.tools;

import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;

import dev.tenon.agent.Agent;
import dev.tenon.json.Json;
import dev.tenon.provider.Provider;
import dev.tenon.schema.Description;
import dev.tenon.schema.JsonSchema;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolMethod;
import dev.tenon.tool.ToolSpec;
import dev.tenon.tool.ToolSpec.Trait;
import dev.tenon.tool.Toolset;
import java.util.List;
import java.util.Optional;

/** Tools of one's own in three ways: a function of a record, methods of an object, a schema that was written by hand. The model is a scripted one; put a real one in its place. */
public final class OwnTools {
    private OwnTools() {}

    /** Whether a seat is at a window. */
    public enum Place {
        WINDOW,
        AISLE
    }

    /** The arguments of a tool: what the components say is the schema that the model is told. */
    public record Booking(
            String train,

            @Description("how many seats, 1 where it is not said")
            Optional<Integer> seats,

            List<Place> places) {}

    /** An object whose methods are tools. */
    public static final class Station {
        /** A station without trains but two. */
        public Station() {}

        @ToolMethod(value = "The trains that leave for a city", traits = Trait.READ_ONLY)
        public List<String> departures(@Description("the name of the city") String city) {
            return List.of("IC 1 to " + city, "IC 3 to " + city);
        }
    }

    public static void main(String[] arguments) {
        Tool book = Tool.of("book", "Books seats", Booking.class, OwnTools::booked)
                .with(spec -> spec.withTraits(Trait.IDEMPOTENT)
                        .withExamples(new Booking("IC 1", Optional.of(2), List.of(Place.WINDOW, Place.AISLE))));
        Toolset station = Toolset.of(new Station());
        Tool price = Tool.of(
                ToolSpec.of("price", "What a seat costs, in euros", JsonSchema.parse("""
                    {"type": "object", "properties": {"train": {"type": "string"}}, "required": ["train"]}\
                    """))
                        .withOutput(JsonSchema.of(Double.class)),
                (given, context) -> given.string("train").orElseThrow().endsWith("1") ? 19.9 : 29.9);

        try (Agent agent =
                Agent.builder(model()).tools(book, price).tools(station).build()) {
            System.out.println(agent.run("Two cheap seats to Bergen, please").text());
        }
    }

    private static String booked(Booking booking) {
        return booking.seats().orElse(1) + " seats in " + booking.train() + ": " + booking.places();
    }

    private static Provider model() {
        return ScriptedProvider.of(
                toolCall("departures", Json.object("city", "Bergen")),
                toolCall("price", Json.object("train", "IC 1")).and(toolCall("price", Json.object("train", "IC 3"))),
                toolCall("book", Json.parse("{\"train\":\"IC 1\",\"seats\":2,\"places\":[\"WINDOW\",\"AISLE\"]}")),
                reply("Two seats in IC 1 are booked, for 39.80 euros."));
    }
}
