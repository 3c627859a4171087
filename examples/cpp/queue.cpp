// Several photos of one person at once, in an event loop: queue NAME ID_NUMBER PHOTO...
//
// Here the loop is poll() and has one thing to wait for; a program adds the descriptor to the loop that it has.
#include "setup.hpp"

#include <poll.h>

#include <algorithm>

int main(int count, char **arguments)
{
    if (count < 4) {
        std::cerr << "usage: " << arguments[0] << " NAME ID_NUMBER PHOTO...\n";
        return 2;
    }
    using shiren::juhe::verifyface::Verify2;
    return guarded([&] {
        const shiren::Client client = open_client();
        const shiren::Queue queue;

        std::size_t open = 0;
        for (int at = 3; at < count; ++at) {
            Verify2 request;
            request.realname = arguments[1];
            request.idcard = arguments[2];
            request.image = read_photo(arguments[at]);
            // What is given here comes back with the completion.
            const auto id = queue.start(client, request, arguments[at]);
            if (id) {
                ++open;
            } else {
                tell(id.error());
            }
        }

        int result = 0;
        while (open > 0) {
            pollfd waiting{queue.fd(), POLLIN, 0};
            if (poll(&waiting, 1, -1) < 0) {
                continue;
            }
            while (auto completion = queue.next(std::chrono::milliseconds(0))) {
                --open;
                std::cout << static_cast<const char *>(completion->user_data) << ": ";
                const auto reply = std::move(*completion).as<Verify2>();
                if (reply) {
                    std::cout << name(reply->verdict.decision) << '\n';
                } else {
                    std::cout << "error" << std::endl;
                    tell(reply.error());
                }
                result = std::max(result, reply ? exit_code(reply->verdict.decision) : 2);
            }
        }
        return result;
    });
}
