"""Would a ranking survive another order of the votes, other judges, other prompts; and is there one at all?"""
