# Makes the numbers packed in heatleaf.stats.reference_draws: how 10,000 draws fall into bins, R 4.2.2
brks <- -20:20/2; grid <- seq(0,8,length=200)
for(df in 1:3){ set.seed(2); m<-sapply(grid,function(x){d<-log(rchisq(1e4,df=df))+rnorm(1e4,0,sqrt(x))-log(df); d<-d[d>min(brks)&d<max(brks)]; hist(d,breaks=brks,plot=FALSE)$counts}); write.table(t(m),sprintf("draws%d.txt",df),row.names=FALSE,col.names=FALSE)}
