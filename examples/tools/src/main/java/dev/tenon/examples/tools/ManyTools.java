package dev.tenon.examples.tools;

import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;

import dev.tenon.agent.Agent;
import dev.tenon.json.Json;
import dev.tenon.run.Interceptor;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.tool.RegisteredTool;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolRegistry;
import dev.tenon.tool.ToolSearch;
import java.util.ArrayList;
import java.util.List;

/** An agent with a registry of 300 tools, of which the model is told two until it searches. The model is a scripted one; put a real one in its place. */
public final class ManyTools {
    private ManyTools() {}

    /** What each of these tools is given. */
    public record Subject(String id) {}

    public static void main(String[] arguments) {
        try (ToolRegistry registry = new ToolRegistry()) {
            registry.register(tools());
            Agent agent = Agent.builder(ScriptedProvider.of(
                            toolCall("search_tools", Json.object("query", "cancel an order in the shop")),
                            toolCall("shop_cancel_order", Json.object("id", "17")),
                            reply("Order 17 is cancelled.")))
                    .tools(registry)
                    .search(ToolSearch.pinning("shop_find_customer"))
                    .interceptor(Interceptor.beforeModel(request -> {
                        System.out.println(
                                "the model is told " + request.tools().size() + " tools");
                        return request;
                    }))
                    .build();
            System.out.println(agent.run("Cancel order 17").text());
        }
    }

    private static List<RegisteredTool> tools() {
        List<RegisteredTool> tools = new ArrayList<>();
        for (String system : List.of("shop", "billing", "warehouse", "helpdesk", "crm", "wiki")) {
            for (String act : List.of("find", "cancel", "create", "export", "assign")) {
                for (String thing : List.of(
                        "order",
                        "customer",
                        "invoice",
                        "ticket",
                        "parcel",
                        "page",
                        "contract",
                        "refund",
                        "supplier",
                        "price")) {
                    tools.add(RegisteredTool.of(Tool.of(
                                    system + "_" + act + "_" + thing,
                                    "Can " + act + " one " + thing + " in the " + system,
                                    Subject.class,
                                    subject -> act + " " + thing + " " + subject.id()))
                            .category(system)
                            .tags(act));
                }
            }
        }
        return tools;
    }
}
